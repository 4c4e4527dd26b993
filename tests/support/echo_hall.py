"""A stand-in for the server behind a proxy: says which headers reached it, and echoes over the websocket.
python -m tests.support.echo_hall PORT"""

import sys

from flask import Flask, Response, jsonify, request
from flask_socketio import SocketIO

app = Flask(__name__)
socketio = SocketIO(app, async_mode="threading")


@app.route("/", defaults={"rest": ""}, methods=["GET", "POST"])
@app.route("/<path:rest>", methods=["GET", "POST"])
def page(rest: str) -> Response:
    answer = jsonify(path=rest, headers=dict(request.headers), size=len(request.get_data()))
    answer.headers["Strict-Transport-Security"] = "max-age=1"
    return answer


@socketio.on("command")
def command(message: object) -> object:
    return {
        "heard": message,
        "transport": request.environ.get("HTTP_UPGRADE"),
        "from": request.headers["X-Forwarded-For"],
    }


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]), allow_unsafe_werkzeug=True)
