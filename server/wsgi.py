"""What gunicorn loads, in the worker (never before the fork: threads would not survive it)."""

from server.app import create_app, start
from server.settings import read_settings

app = create_app(read_settings())
start(app)
