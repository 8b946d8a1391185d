namespace Mandate.Gateway.Tests.Forgery;

/// <summary>How an attack must end.</summary>
internal enum Outcome
{
    /// <summary>The call is refused, and nothing happens.</summary>
    Refused,

    /// <summary>What was forged is taken off; what remains is the caller's own call.</summary>
    Stripped,
}
