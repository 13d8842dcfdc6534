"""Who signs in. An account is an owner without a token: what it has belongs to that owner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, false, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kinograph.database import Base

MOMENT = DateTime(timezone=True)


class Account(Base):
    """Somebody with a name. `folded` is the name by which they are found, however it is written."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owners.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(Text)
    folded: Mapped[str] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool] = mapped_column(server_default=false())
    # Of which a browser keeps a mark that it was signed in before; new with each password.
    browser_key: Mapped[bytes] = mapped_column(LargeBinary)
    preferences: Mapped[dict[str, str] | None] = mapped_column(JSONB)  # null: as the next browser has them
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    # What authenticators know the account by: random, and made with its first passkey.
    passkey_handle: Mapped[bytes | None] = mapped_column(LargeBinary)


class Passkey(Base):
    """A key pair in somebody's device, or in their password manager; only its public half is here."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 0 for ever where the authenticator does not count
    name: Mapped[str] = mapped_column(Text)
    is_synced: Mapped[bool]  # its owner's other devices have it, too
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    used_at: Mapped[datetime | None] = mapped_column(MOMENT)  # null: it has not worked yet
    warned_at: Mapped[datetime | None] = mapped_column(MOMENT)  # when it counted backward, as a copy would


class Challenge(Base):
    """What a passkey is to sign, once, within minutes, in the browser that has the secret; of that only a hash."""

    __tablename__ = "challenges"
    __table_args__ = (Index("ix_challenges_login_id", "login_id"), Index("ix_challenges_expires_at", "expires_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(Text)
    login_id: Mapped[int | None] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(MOMENT)


class RecoveryCode(Base):
    """A code that sets a new password, once; only the SHA-256 of its 80 random bits is kept."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class Invitation(Base):
    """A link that lets somebody sign up, once; or, of an account, set a new password. Only a hash is kept."""

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_account_id", "account_id"), Index("ix_invitations_made_by", "made_by"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    is_admin: Mapped[bool] = mapped_column(server_default=false())
    is_first: Mapped[bool] = mapped_column(server_default=false())  # for the first account alone
    note: Mapped[str | None] = mapped_column(Text)  # for whom it is, for those who administer
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(MOMENT)


class Identity(Base):
    """Somebody as others know them, who signs in to an account: `issuer` is an OpenID provider's address, or "header".
    Names and addresses change hands, so that an account is found by `subject` alone."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject", name="uq_identities_issuer_subject"),
        Index("ix_identities_account_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    issuer: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)  # as it was called there, to be shown
    created_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())


class SignIn(Base):
    """A sign-in at a provider that is under way in one browser: for some minutes, and once. What only that browser and
    the provider may know is made of the browser's own secret (`sign_ins.py`), of which there is a hash alone."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_expires_at", "expires_at"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str] = mapped_column(Text)
    login_id: Mapped[int | None] = mapped_column(BigInteger)  # who began, where somebody was signed in
    back: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
    # Once the provider has said who it is, of whoever is to choose a name.
    issuer: Mapped[str | None] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
