"""The load and the faults of a day in the field, put to real servers by real clients. Run by `make test-faults`."""
