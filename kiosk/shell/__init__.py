"""The window: one process per visit, which shows what the supervisor tells it to. The only home of GUI libraries."""
