"""A file of shipments in, the duty on each line by scenario out.

`run` reads chunks (`shipments`: CSV, Parquet, Excel; `cells`, `entries`, `kinds`: what they mean), settles
each distinct set of duties once (`outcomes`), and adds up (`invoice`, `ranges`, `ahead`, `totals`).
"""
