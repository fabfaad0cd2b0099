"""One folder a page; no page knows another. (A folder `pages` would be Streamlit's.)"""
