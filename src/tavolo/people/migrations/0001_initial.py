import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import tavolo.people.dated
import uuid
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('common', '0001_initial'),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('language', models.CharField(default='it', max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='people_account_email_ci')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('employers_association', "employers' association"), ('union', 'trade union'), ('firm', 'firm'), ('public_body', 'public body'), ('training_body', 'training body'), ('other', 'other body')], max_length=32)),
                ('name', models.CharField(max_length=200)),
                ('short_name', models.CharField(blank=True, max_length=60)),
                ('sort_key', models.CharField(db_collation='C', editable=False, max_length=280)),
                ('partita_iva', models.CharField(blank=True, max_length=11)),
                ('codice_fiscale', models.CharField(blank=True, max_length=16)),
                ('ateco', models.CharField(blank=True, max_length=10)),
                ('municipality', models.CharField(blank=True, max_length=120)),
                ('employees', models.PositiveIntegerField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
            ],
            options={
                'ordering': ('sort_key', 'id'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('owner', 'owner or legal representative'), ('hr', 'human resources'), ('worker', 'worker'), ('rsu', 'workplace union representative (RSU/RSA)'), ('officer', 'officer'), ('delegate', 'delegate'), ('secretary', 'joint secretariat'), ('member', 'member'), ('operator', 'operator of the platform')], max_length=16)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('email', models.EmailField(max_length=254)),
                ('role', models.CharField(choices=[('owner', 'owner or legal representative'), ('hr', 'human resources'), ('worker', 'worker'), ('rsu', 'workplace union representative (RSU/RSA)'), ('officer', 'officer'), ('delegate', 'delegate'), ('secretary', 'joint secretariat'), ('member', 'member'), ('operator', 'operator of the platform')], max_length=16)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Constituency',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('workers_of_member_firms', "workers of an association's member firms"), ('firms_of_association', 'member firms of an association'), ('members_of_union', 'members of a union'), ('workers_of_firm', 'workers of one firm'), ('listed', 'people on a list')], max_length=32)),
                ('name', models.CharField(max_length=200)),
                ('held_by_rsu', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='constituencies', to='people.organisation')),
                ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
                ('association', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliated_firms', to='people.organisation')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UnionMembership',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='union_memberships', to=settings.AUTH_USER_MODEL)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
                ('union', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='union_members', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('last_four', models.CharField(max_length=4)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('territory', 'id'), name='people_apitoken_territory_id'), models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'write']), models.Q(('scopes', []), _negated=True)), name='people_token_scopes_known')],
            },
        ),
        migrations.CreateModel(
            name='ConstituencyEntry',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('constituency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='people.constituency')),
                ('territory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.territory')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('territory', 'id'), name='people_constituencyentry_territory_id'), models.UniqueConstraint(fields=('constituency', 'account'), name='people_entry_once')],
            },
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=models.Index(fields=['territory', 'kind', 'sort_key'], name='people_org_by_kind'),
        ),
        migrations.AddIndex(
            model_name='organisation',
            index=django.contrib.postgres.indexes.GinIndex(fields=['sort_key'], name='people_org_search', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(fields=('territory', 'id'), name='people_organisation_territory_id'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.UniqueConstraint(condition=models.Q(('partita_iva', ''), _negated=True), fields=('territory', 'partita_iva'), name='people_organisation_partita_iva_once'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('partita_iva', ''), ('partita_iva__regex', '^[0-9]{11}$'), _connector='OR'), name='people_organisation_partita_iva_digits'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('codice_fiscale', ''), ('codice_fiscale__regex', '^([0-9]{11}|[A-Z0-9]{16})$'), _connector='OR'), name='people_organisation_codice_fiscale_form'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['employers_association', 'union', 'firm', 'public_body', 'training_body', 'other'])), name='people_organisation_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='organisation',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='people_organisation_named'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['organisation', 'role', 'starts_on'], name='people_membership_role'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('territory', 'id'), name='people_membership_territory_id'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'hr', 'worker', 'rsu', 'officer', 'delegate', 'secretary', 'member', 'operator'])), name='people_membership_role_known'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='people_membership_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('account', 'organisation', 'role'), name='people_membership_open_once'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('territory', 'id'), name='people_invitation_territory_id'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('accepted_by__isnull', True)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('revoked_at__isnull', True)), _connector='OR'), name='people_invitation_one_outcome'),
        ),
        migrations.AddConstraint(
            model_name='constituency',
            constraint=models.UniqueConstraint(fields=('territory', 'id'), name='people_constituency_territory_id'),
        ),
        migrations.AddConstraint(
            model_name='constituency',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['workers_of_member_firms', 'firms_of_association', 'members_of_union', 'workers_of_firm', 'listed'])), name='people_constituency_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='constituency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'listed'), ('subject__isnull', True)), models.Q(models.Q(('kind', 'listed'), _negated=True), ('subject__isnull', False)), _connector='OR'), name='people_constituency_subject_unless_listed'),
        ),
        migrations.AddConstraint(
            model_name='constituency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['firms_of_association', 'members_of_union']), _negated=True), ('subject', models.F('organisation')), _connector='OR'), name='people_constituency_own_members'),
        ),
        migrations.AddConstraint(
            model_name='constituency',
            constraint=models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('organisation', 'name'), name='people_constituency_name_once'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.UniqueConstraint(fields=('territory', 'id'), name='people_affiliation_territory_id'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='people_affiliation_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('firm', '='), ('association', '='), (tavolo.people.dated.DateSpan(models.F('starts_on'), models.F('ends_on'), models.Value('[)')), '&&')], name='people_affiliation_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='unionmembership',
            constraint=models.UniqueConstraint(fields=('territory', 'id'), name='people_unionmembership_territory_id'),
        ),
        migrations.AddConstraint(
            model_name='unionmembership',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='people_unionmembership_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='unionmembership',
            constraint=models.UniqueConstraint(condition=models.Q(('ends_on__isnull', True)), fields=('account', 'union'), name='people_unionmembership_open_once'),
        ),
    ]
