"""Routes of the page frame: public pages and health probes."""

from tavolo.common.policy import anyone, declare, nobody

PUBLIC = {
    "home": "the start page",
    "about": "what Tavolo is",
    "privacy": "what is kept",
    "accessibility": "accessibility statement",
    "alive": "the process runs",
    "ready": "the process can serve",
    "api-1.0.0:openapi-json": "the API's schema",
    "api_guide": "the API's documentation",
}
for name, says in PUBLIC.items():
    declare(name, anyone, says=says, answers={"*": 200})

declare("set_language", anyone, says="choose the language", answers={"*": 302, "POST *": 302})

declare("api-1.0.0:api-root", nobody, says="nothing lies there")
