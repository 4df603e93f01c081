"""Who a visitor is: the desk where every way in passes, and signed codes. The rules are `kiosk.core.sign_in`."""
