using System.Diagnostics.CodeAnalysis;

namespace Mandate.Identity.Callers;

/// <summary>What became of verifying a token.</summary>
internal sealed record TokenVerdict(KnownToken? Token, CallerRefusal? Refusal)
{
    [MemberNotNullWhen(true, nameof(Token))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Token is not null;

    public static implicit operator TokenVerdict(CallerRefusal refusal) => new(Token: null, refusal);
}
