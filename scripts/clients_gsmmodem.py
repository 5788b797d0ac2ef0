"""python-gsmmodem-new at one port, as any program would use it; run by scripts/clients in its virtual environment.

clients_gsmmodem.py PORT NUMBER TEXT    says what it did as one JSON object"""

import json
import sys
import time

from gsmmodem.modem import GsmModem, Sms

WAIT = 15


def received(modem, arrived):
    """The first text that was announced, or found by asking."""
    end = time.monotonic() + WAIT
    while not arrived and time.monotonic() < end:
        arrived += modem.listStoredSms(status=Sms.STATUS_ALL)
        time.sleep(0.2)
    return arrived[0].text if arrived else None


def main(port, number, text):
    arrived, done = [], {}
    modem = GsmModem(port, smsReceivedCallbackFunc=arrived.append, requestDelivery=False)
    try:
        modem.connect()
        done["identify"] = f"{modem.manufacturer}, {modem.imei}, {modem.imsi}"
        done["send"] = modem.sendSms(number, text, deliveryTimeout=WAIT).reference is not None
        done["receive"] = received(modem, arrived)
        modem.deleteMultipleStoredSms()
        done["delete"] = not modem.listStoredSms(status=Sms.STATUS_ALL)
    except Exception as error:  # whatever goes wrong is what the table must show
        done["error"] = f"{type(error).__name__}: {error}"
    finally:
        modem.close()
    print(json.dumps(done))


main(*sys.argv[1:])
