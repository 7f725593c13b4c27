import django.core.validators
from django.db import migrations, models
from django.db.models import Q

FRACTION = [
    django.core.validators.MinValueValidator(0),
    django.core.validators.MaxValueValidator(1),
]


class Migration(migrations.Migration):
    dependencies = [("comments", "0005_delete_commentemail")]

    operations = [
        migrations.AddField(
            "comment",
            "x",
            models.FloatField(
                blank=True, null=True, validators=FRACTION, verbose_name="place from the left"
            ),
        ),
        migrations.AddField(
            "comment",
            "y",
            models.FloatField(
                blank=True, null=True, validators=FRACTION, verbose_name="place from the top"
            ),
        ),
        migrations.AddConstraint(
            "comment",
            models.CheckConstraint(
                condition=Q(x=None, y=None)
                | Q(x__isnull=False, y__isnull=False, thread=None)
                & Q(x__range=(0, 1), y__range=(0, 1)),
                name="a_place_is_in_the_picture_of_a_thread",
            ),
        ),
    ]
