using Mandate.Configuration;
using Mandate.Hosting;
using Mandate.Protocol;
using Mandate.Temporal.Client;

namespace Mandate.Commands;

/// <summary>The connection of commands that look at workflows: the address of the settings, and the access token of whoever runs it.</summary>
internal static class CommandClient
{
    private const string DefaultAddress = "127.0.0.1:7233";

    /// <exception cref="ConfigurationException">The service or cluster cannot be reached, or does not let in.</exception>
    public static async Task<TemporalClient> ConnectAsync(MandateOptions options, CancellationToken cancellation)
    {
        var address = options.Temporal.Address ?? DefaultAddress;
        try
        {
            return await TemporalClient.ConnectAsync(
                new TemporalClientConnectOptions(address) { Namespace = options.Temporal.Namespace, ConfigureChannel = channel => ClusterChannel.Configure(channel, options.Temporal, authentication: null) }, cancellation);
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.Unavailable or RpcStatusCode.DeadlineExceeded)
        {
            throw new ConfigurationException($"Nothing answers at {address}: {e.Message} Name the service with --temporal-address.");
        }
        catch (RpcException e) when (e.Code is RpcStatusCode.Unauthenticated or RpcStatusCode.PermissionDenied)
        {
            throw new ConfigurationException($"{address} does not let this command in: {e.Message} Give it an access token in the file that Mandate:Temporal:ApiKeyFile names.");
        }
    }
}
