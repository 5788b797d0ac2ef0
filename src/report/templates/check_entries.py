import hashlib, json
previous, number = "0" * 64, 0
for text in open("entries.jsonl", encoding="utf-8"):
    entry, number = json.loads(text), number + 1
    if entry["body"] is not None:
        body = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["body"].encode()).hexdigest()
        assert body == entry["body_hash"], f"entry {number}: the body was changed"
    lines = ("signpost entry 1\nprevious {}\nseq {seq}\nat {at}\nmono {mono}\nboot {boot}\n"
             "kind {kind}\nwho {who}\nbody {body_hash}\n")
    made = hashlib.sha256(lines.format(previous, **entry).encode()).hexdigest()
    assert entry["seq"] == number and entry["hash"] == made, f"entry {number} does not follow"
    previous = made
print(number, "entries hold; the last hash is", previous)
