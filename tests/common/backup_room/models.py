from django.db import models


class Note(models.Model):
    id = models.UUIDField(primary_key=True)
    text = models.TextField()
