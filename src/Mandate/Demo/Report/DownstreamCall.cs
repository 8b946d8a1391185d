namespace Mandate.Demo.Report;

/// <summary>What the downstream service saw of a call.</summary>
/// <param name="Operation">What was asked for.</param>
/// <param name="Service">Subject of the verified service token.</param>
/// <param name="Audience">Audience of the verified service token.</param>
/// <param name="User">The forwarded user.</param>
/// <param name="Tenant">The forwarded tenant.</param>
/// <param name="Traced">Whether the call carried on a trace.</param>
/// <param name="UserTokenSeen">Whether a user's access token was anywhere in the call.</param>
internal sealed record DownstreamCall(string Operation, string Service, string Audience, string User, string Tenant, bool Traced, bool UserTokenSeen);
