using Mandate.Protocol.Api.Common.V1;

namespace Mandate.Engine.History;

/// <summary>What a retry policy may say.</summary>
internal static class RetryPolicies
{
    /// <summary>What is wrong with a policy; null when it is fine.</summary>
    public static string? Problem(RetryPolicy? policy)
    {
        if (policy is null || policy.MaximumAttempts == 1)
            return null;
        var initial = Durations.Of(policy.InitialInterval);
        var maximum = Durations.Of(policy.MaximumInterval);
        if (initial < TimeSpan.Zero)
            return "the retry policy's initial interval is negative.";
        if (policy.BackoffCoefficient != 0 && !(policy.BackoffCoefficient >= 1))
            return "the retry policy's backoff coefficient is less than 1.";
        if (maximum < TimeSpan.Zero)
            return "the retry policy's maximum interval is negative.";
        if (maximum > TimeSpan.Zero && maximum < initial)
            return "the retry policy's maximum interval is less than its initial interval.";
        if (policy.MaximumAttempts < 0)
            return "the retry policy's maximum of attempts is negative.";
        return null;
    }
}
