"""What does an article say?"""
