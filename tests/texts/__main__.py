"""``make texts``: bring every language's file in step with the templates, and say what is wrong.

``make texts ARGS=ru`` does so for one language, and begins its file where there is none;
``make texts ARGS=--check`` writes nothing. It ends with 1 where something is missing or wrong.
"""

from __future__ import annotations

import argparse

from bot.model.languages import ENGLISH, NAMES

from .catalogue import in_step, languages_in, of_templates, path_of, read, write
from .check import of_templates as problems_of_templates
from .check import problems

_OTHERS = tuple(each for each in NAMES if each != ENGLISH)


def main() -> int:
    """Return 0 when all is complete."""
    parser = argparse.ArgumentParser(prog="python -m tests.texts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("languages", nargs="*", metavar="language", help=", ".join(_OTHERS))
    asked = parser.parse_args()
    if not {*asked.languages} <= {*_OTHERS}:
        parser.error(f"the languages are {', '.join(_OTHERS)}")
    texts = of_templates()
    wrong = problems_of_templates(texts)
    for each in wrong:
        print(f"templates: {each}")
    for language in asked.languages or languages_in():
        if not asked.check:
            there = path_of(language).exists()
            changed = write(language, in_step(language, texts, read(language) if there else None))
            print(f"{language}: {path_of(language)} {'written' if changed else 'is as it was'}")
        found = problems(language, texts)
        for each in found:
            print(f"{language}: {each}")
        print(f"{language}: {len(texts)} texts, {len(found)} problems")
        wrong += found
    return 1 if wrong else 0


raise SystemExit(main())
