using System.Diagnostics.CodeAnalysis;

namespace Mandate.Identity;

/// <summary>What became of verifying an envelope.</summary>
public sealed record PrincipalVerdict
{
    private PrincipalVerdict(Principal? principal, PrincipalRefusal? refusal) => (Principal, Refusal) = (principal, refusal);

    /// <summary>Whom the envelope names, when it is good.</summary>
    public Principal? Principal { get; }

    /// <summary>Why it is not.</summary>
    public PrincipalRefusal? Refusal { get; }

    /// <summary>The workflow that sent the message; null when the sender is none, and for a run's principal.</summary>
    public WorkflowSender? Sender { get; private init; }

    /// <summary>Whether it is good.</summary>
    [MemberNotNullWhen(true, nameof(Principal))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Principal is not null;

    /// <summary>One sentence for people, free of the envelope's content.</summary>
    public string Message => Refusal switch
    {
        null => "The principal is verified.",
        PrincipalRefusal.Missing => "There is no signed principal.",
        PrincipalRefusal.Malformed => "The principal is not in the form of a signed envelope.",
        PrincipalRefusal.UnknownKey => "The principal was signed with a key that the issuer does not publish.",
        PrincipalRefusal.BadSignature => "The principal's signature is wrong: it was changed or forged.",
        PrincipalRefusal.WrongIssuer => "The principal was signed by another issuer than the configured one.",
        PrincipalRefusal.WrongNamespace => "The principal was signed for another namespace.",
        PrincipalRefusal.WrongRun => "The principal was signed for another run.",
        PrincipalRefusal.WrongMessage => "The sender was signed for another message or another workflow.",
        PrincipalRefusal.WrongTenant => "The sender belongs to another tenant than the run.",
        PrincipalRefusal.Revoked => "The user may no longer act.",
        _ => "The keys that sign principals are not at hand yet.",
    };

    /// <summary>The envelope is good.</summary>
    internal static PrincipalVerdict Accept(Principal principal, WorkflowSender? sender = null) => new(principal, refusal: null) { Sender = sender };

    internal static PrincipalVerdict Refuse(PrincipalRefusal refusal) => new(principal: null, refusal);
}
