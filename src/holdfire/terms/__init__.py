"""What was promised? Agreements, statements, readings and clauses, the code lists they use, and their files."""

from holdfire.terms.codelist import CodeList, code_list
from holdfire.terms.document import agreement_schema, look_at, read_agreement
from holdfire.terms.model import Agreement, Clause, Party, Reading, Statement, Term, Window
from holdfire.terms.parts import Condition
from holdfire.terms.textfile import read_text
from holdfire.terms.validation import validate
from holdfire.terms.yamlfile import line_of, named_list, open_yaml, read_yaml, write_yaml
from holdfire.terms.zones import Zone

__all__ = [
    "Agreement",
    "Clause",
    "CodeList",
    "Condition",
    "Party",
    "Reading",
    "Statement",
    "Term",
    "Window",
    "Zone",
    "agreement_schema",
    "code_list",
    "line_of",
    "look_at",
    "named_list",
    "open_yaml",
    "read_agreement",
    "read_text",
    "read_yaml",
    "validate",
    "write_yaml",
]
