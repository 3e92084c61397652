"""`python -m holdfire`, where the command itself is not on the path."""

from holdfire.cli import main

if __name__ == "__main__":
    main()
