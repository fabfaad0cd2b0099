"""Starts Streamlit's command line so that it asks nobody outside where it runs.

Whoever connects from a page of another site makes Streamlit compare that site with this
machine's addresses, and to know those it asks a service on the internet; no setting
keeps it from doing so. Without these addresses such a connection is refused at once. A
page of the address it was asked for is served whatever that is.
"""

from streamlit import net_util
from streamlit.web.cli import main


def _unknown() -> None:
    """Give no address."""


net_util.get_external_ip = _unknown
net_util.get_internal_ip = _unknown

if __name__ == "__main__":
    main(prog_name="streamlit")
