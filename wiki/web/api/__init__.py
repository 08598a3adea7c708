"""The JSON API, version 1: the same services as the browser, for scripts and agents.

``routes`` describes each endpoint once, with its models; from that come the checking of what is sent, the routing,
and the OpenAPI document. ``blueprint`` puts it together.
"""
