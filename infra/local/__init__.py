"""The local stack: the real template on an emulator, with an inbox and a stand-in for Stripe.

It must never be needed to run the product on AWS. A package, and not loose scripts,
because a script called `token.py` beside others would hide Python's own module of that name.
"""
