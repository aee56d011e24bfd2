"""The one exception that the command line turns into a sentence and exit code 2."""


class ReportError(Exception):
    """A fault in what the user gave, said in one sentence.

    The message names what was wrong, where, and what to do about it. Anything
    else that is raised is a defect of this package and keeps its traceback.
    """
