"""The local operator: private engines, one or more running colleges, no installation and no system service.

`engines` owns RabbitMQ and PostgreSQL, `site` owns one college that runs on them; `python -m deploy.local` drives both.
"""
