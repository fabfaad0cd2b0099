"""KPIs that are composed anew for every cut; `by_name` says which function makes one.

Each function gives the text of a select and its bound values; its columns are period,
the dimensions of the cut, and what `columns.COLUMNS` names.
"""
