"""Enable3's integration API: eight operations, their values, and what can go wrong with them.

`Enable3` is the client; what it raises is `kiosk.errors.ApiError` and below. The only home of httpx, truststore and
stamina. A call goes `client` -> `retry` (deadline and repetitions) -> `transport` (one exchange) -> `failures` (what
its outcome means).
"""

from kiosk.api.client import Enable3
from kiosk.api.models import Balance, Event, Probe, Revenue
from kiosk.api.settings import ApiSettings

__all__ = ["ApiSettings", "Balance", "Enable3", "Event", "Probe", "Revenue"]
