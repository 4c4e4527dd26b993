"""Everything about paper: what a ticket looks like, which printer takes it, and whether it came out.

`layout` draws a ticket into bytes, `printers` sends bytes and says what became of them, `status` reads a printer's
answers. No database and no web page in here: the print worker brings those together.
"""
