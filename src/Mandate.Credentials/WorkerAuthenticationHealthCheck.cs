using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mandate.Credentials;

/// <summary>Reports a worker that cannot prove itself as what the registration says, unhealthy unless it says otherwise.</summary>
internal sealed class WorkerAuthenticationHealthCheck(WorkerAuthentication authentication) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = authentication.Status;
        var description = $"worker authentication: {status.State}{(status.ExpiresAt is { } expires ? $", token expires at {expires:o}" : "")}";
        return Task.FromResult(status.IsReady ? HealthCheckResult.Healthy(description) : new HealthCheckResult(context.Registration.FailureStatus, description, status.LastError));
    }
}
