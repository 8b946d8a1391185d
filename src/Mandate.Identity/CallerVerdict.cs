using System.Diagnostics.CodeAnalysis;

namespace Mandate.Identity;

/// <summary>What became of judging a caller's credentials.</summary>
public sealed record CallerVerdict
{
    private CallerVerdict(Caller? caller, CallerRefusal? refusal) => (Caller, Refusal) = (caller, refusal);

    /// <summary>Who calls, when the credentials are good.</summary>
    public Caller? Caller { get; }

    /// <summary>Why they are not.</summary>
    public CallerRefusal? Refusal { get; }

    /// <summary>Whether they are good.</summary>
    [MemberNotNullWhen(true, nameof(Caller))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Caller is not null;

    /// <summary>The credentials are good.</summary>
    public static CallerVerdict Accept(Caller caller) => new(caller, refusal: null);

    /// <summary>They are not.</summary>
    public static CallerVerdict Refuse(CallerRefusal refusal) => new(caller: null, refusal);
}
