using System.Net;
using Mandate.Configuration;

namespace Mandate.Development;

/// <summary>The gate before everything in this folder: parts that stand in for what production brings, and would be a hole there.</summary>
internal static class DevelopmentOnly
{
    /// <summary>Lets development-only parts start in the environment <c>Development</c> on loopback, and nowhere else.</summary>
    /// <exception cref="ConfigurationException">The environment or the address is another.</exception>
    public static void Require(string part, string environment, IPAddress address)
    {
        if (!string.Equals(environment, Environments.Development, StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigurationException($"The {part} is for development only and refuses to run in the environment '{environment}'. " +
                "On a development machine, set MANDATE_ENVIRONMENT=Development, and unset ASPNETCORE_ENVIRONMENT and DOTNET_ENVIRONMENT if they say otherwise.");
        }

        if (!IPAddress.IsLoopback(address))
            throw new ConfigurationException($"The {part} is for development only and listens on loopback alone, not on {address}.");
    }
}
