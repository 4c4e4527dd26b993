"""The report of a period on paper: PDF, DOCX, XLSX, poster.

What is said is put together in the serving process (contents, chapters): figures and sentences, as plain data
(document.py). Drawing it takes libraries of a hundred megabytes and seconds of a processor: that is done by a process
of its own (making.py starts it, child.py is it), which only reads what it is handed.
"""
