using Microsoft.Extensions.Hosting;

namespace Mandate.Credentials;

/// <summary>Runs worker authentication with the host.</summary>
internal sealed class WorkerAuthenticationService(WorkerAuthentication authentication) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        authentication.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => authentication.StopAsync();
}
