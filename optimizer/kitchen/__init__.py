"""The kitchen's day: jobs of several operations on machines, with people, trays and stores."""
