"""Firefox under Orca, on a screen of its own: what a person hears, and what the accessibility tree (AT-SPI) holds.

Run by screenReader.ts inside `dbus-run-session` and `xvfb-run`, with an address and a folder for its files. It reads
commands from standard input and writes what happens to standard output, both as JSON, one object a line.
"""

import json
import os
import re
import subprocess
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib

SPOKEN = re.compile(r"SPEECH OUTPUT: '(.*?)'(?: voice=\w+)?\{")
PREFERENCES = {
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "signon.rememberSignons": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


def say(**what):
    print(json.dumps(what), flush=True)


class Driver:
    def __init__(self, url, folder):
        self.loop = GLib.MainLoop()
        self.log = os.path.join(folder, "orca.log")
        self.read = 0
        # Listening makes Firefox build its tree.
        self.listener = Atspi.EventListener.new(self.on_event)
        self.listener.register("object:state-changed:focused")
        profile = os.path.join(folder, "profile")
        os.makedirs(profile)
        with open(os.path.join(profile, "user.js"), "w") as file:
            for name, value in PREFERENCES.items():
                file.write(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n")
        # Settings and speech of whoever runs this stay out of it.
        env = {**os.environ, "HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_RUNTIME_DIR": folder}
        env |= {"GNOME_ACCESSIBILITY": "1", "MOZ_ENABLE_WAYLAND": "0", "NO_AT_BRIDGE": "0"}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env}
        self.children = [
            subprocess.Popen(["orca", f"--debug-file={self.log}", "--disable=braille"], **quiet),
            subprocess.Popen(["firefox-esr", "--no-remote", "--profile", profile, "--kiosk", url], **quiet),
        ]
        GLib.timeout_add(50, self.tail)
        GLib.timeout_add(200, self.focus_window)
        GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, self.on_command)

    def focus_window(self):
        """No window manager gives the window the keyboard."""
        search = ["xdotool", "search", "--onlyvisible", "--name", "Mozilla Firefox"]
        windows = subprocess.run(search, capture_output=True, text=True).stdout.split()
        if windows:
            subprocess.run(["xdotool", "windowfocus", windows[-1]], check=True)
        return not windows

    def tail(self):
        """What Orca has said since the last look."""
        if os.path.exists(self.log):
            with open(self.log, errors="replace") as file:
                file.seek(self.read)
                text = file.read()
            whole = text[: text.rfind("\n") + 1]
            self.read += len(whole.encode())
            for words in SPOKEN.findall(whole):
                say(said=words)
        return True

    def on_event(self, event):
        if event.detail1 and event.source.get_application().get_name() == "Firefox":
            say(focus=describe(event.source))

    def on_command(self, stream, condition):
        line = sys.stdin.readline()
        if not line:
            self.loop.quit()
            return False
        command = json.loads(line)
        self.focus_window()
        if "press" in command:
            subprocess.run(["xdotool", "key", "--clearmodifiers", command["press"]], check=True)
        elif "type" in command:
            subprocess.run(["xdotool", "type", "--delay", "20", command["type"]], check=True)
        say(done=self.tree() if "tree" in command else True)
        return True

    def tree(self):
        """Every object of the page that shows, outside in."""
        found = []
        desktop = Atspi.get_desktop(0)
        for application in children(desktop):
            if application.get_name() == "Firefox":
                application.clear_cache()
                walk(application, False, found)
        return found

    def run(self):
        try:
            self.loop.run()
        finally:
            for child in self.children:
                child.terminate()
            for child in self.children:
                child.wait()


def children(accessible):
    found = (accessible.get_child_at_index(i) for i in range(accessible.get_child_count()))
    return [child for child in found if child]


def walk(accessible, is_page, found):
    """The window of Firefox has more than the page."""
    role = accessible.get_role()
    is_page = is_page or role == Atspi.Role.DOCUMENT_WEB
    is_shown = accessible.get_state_set().contains(Atspi.StateType.SHOWING)
    if is_page and is_shown:
        found.append(describe(accessible))
    # What has no box of its own, such as a part of a table, doesn't show, and what is in it does.
    if is_page or is_shown or role in (Atspi.Role.APPLICATION, Atspi.Role.FRAME):
        for child in children(accessible):
            walk(child, is_page, found)


def describe(accessible):
    return {
        "role": accessible.get_role_name(),
        "name": accessible.get_name(),
        "description": accessible.get_description(),
        "states": [state.value_nick for state in accessible.get_state_set().get_states()],
    }


if __name__ == "__main__":
    Driver(sys.argv[1], sys.argv[2]).run()
