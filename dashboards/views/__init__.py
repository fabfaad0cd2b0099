"""One page each: questions through data.ask, charts, titles and the catalogue."""
