namespace Mandate.Identity;

/// <summary>Finds out who calls. The REST API and the gRPC pipeline share one, so that a caller is the same person whichever way it comes.</summary>
public interface ICallerAuthenticator
{
    /// <summary>Judges what a caller shows. Whatever is wrong with it is a verdict, not an exception.</summary>
    /// <param name="credentials">What the caller shows.</param>
    /// <param name="cancellation">Stops waiting, for an identity provider's keys for example.</param>
    ValueTask<CallerVerdict> AuthenticateAsync(CallerCredentials credentials, CancellationToken cancellation);
}
