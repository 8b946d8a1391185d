using System.Security.Claims;

namespace Mandate.Identity;

/// <summary>A <see cref="Mandate.Identity.Caller"/> as a <see cref="ClaimsPrincipal"/>: what a stage finds in <c>RpcCall.Caller</c> once the caller is known.</summary>
public sealed class CallerPrincipal(Caller caller) : ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, caller.Subject)], authenticationType: "mandate"))
{
    /// <summary>The caller.</summary>
    public Caller Caller { get; } = caller;
}
