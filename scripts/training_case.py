"""A training case and an emulated handset for it, worked by the real binary: for scripts that look from outside."""
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIGNPOST = os.environ.get("SIGNPOST", os.path.join(ROOT, "target", "release", "signpost"))
WORDS = "Nottinghamshire Police: this line is closed. For help call 0800 000000.\n"


def run(*args):
    done = subprocess.run([SIGNPOST, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"signpost {' '.join(args)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def make_case(folder, people, name="case", pace="0", urgent="[]", phone=""):
    """Of so many people, whose authority began a day ago; not checked and not approved."""
    contacts, message = os.path.join(folder, "c.csv"), os.path.join(folder, "m.txt")
    with open(contacts, "w") as file:
        file.write("phone\n" + "".join(f"07700900{n:03}\n" for n in range(people)))
    with open(message, "w") as file:
        file.write(WORDS)
    day = 86400
    at = lambda seconds: time.strftime("%Y-%m-%d %H:%M", time.gmtime(time.time() + seconds))
    keys = {
        "authority.reference": "TRAINING/1", "authority.granted_by": "DCI B. Example", "authority.purpose": "A test",
        "authority.listen_from": at(-day), "authority.send_from": at(-day), "authority.send_until": at(day),
        "authority.listen_until": at(5 * day), "line.exhibit": "ABC/1", "line.sim_number": "8944100000000000012",
        "message.sender": "Nottinghamshire Police", "people.approver": "DI A. Example", "limits.at_most": str(people),
        "limits.pace": pace, "limits.hours": "00:00-24:00", "limits.timezone": "UTC", "replies.free_captured": "true",
        "replies.urgent_words": urgent, "people.test_phone": phone, "after.review_on": "2030-01-01",
    }
    case = os.path.join(folder, name)
    sets = [part for key, value in keys.items() for part in ("--set", f"{key}={value}")]
    run("new", case, "--training", "--contacts", contacts, "--message", message, "--operator", "PC Y", *sets)
    return case


class Phone:
    """`signpost emulate` in a process of its own, with its ground truth in a file."""

    def __init__(self, folder, name, *flags, script=None):
        self.link, self.truth = os.path.join(folder, name), os.path.join(folder, f"{name}.jsonl")
        if script is not None:
            path = os.path.join(folder, f"{name}.script")
            with open(path, "w") as file:
                file.write(script)
            flags = (*flags, "--script", path)
        args = [SIGNPOST, "emulate", "--link", self.link, "--truth", self.truth, *flags]
        self.process = subprocess.Popen(args, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.kill()
        self.process.wait()
