namespace Mandate.Identity;

/// <summary>Why a caller was refused: a short stable code for the ledger, and a sentence for the caller. Neither holds anything of the credentials.</summary>
/// <param name="Reason">Stable code, such as <c>token-expired</c>.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Kind">How to answer.</param>
public sealed record CallerRefusal(string Reason, string Message, CallerRefusalKind Kind = CallerRefusalKind.Unauthenticated);
