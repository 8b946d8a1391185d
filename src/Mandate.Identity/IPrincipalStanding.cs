namespace Mandate.Identity;

/// <summary>Knows whether users may still act: asked where something is done in a user's name that the user does not attend to, such as a schedule's runs.</summary>
public interface IPrincipalStanding
{
    /// <summary>Whether the user may act now.</summary>
    /// <param name="principal">The user.</param>
    /// <param name="cancellation">Stops waiting.</param>
    ValueTask<bool> MayActAsync(Principal principal, CancellationToken cancellation);
}
