using Mandate.Credentials.Vault;
using Mandate.Protocol;
using Mandate.Rest.Problems;

namespace Mandate.Executions;

/// <summary>Sees to a token that is in the vault and does not count yet, by what becomes of telling its workflow: it counts from then on, or is erased.</summary>
/// <param name="vault">Where it is.</param>
/// <param name="logger">Where to log what could not be done.</param>
internal sealed partial class ApiTokenSettlement(CredentialVault vault, ILogger logger)
{
    /// <summary>Tells the workflow, and settles the token by the outcome, which is the caller's answer whatever becomes of the vault.</summary>
    /// <param name="owner">Whose it is.</param>
    /// <param name="prepared">The token; null where nothing waits to be settled.</param>
    /// <param name="tell">Tells the workflow. A <see cref="ProblemException"/> says that it does not take the token.</param>
    public async Task<T> TellAsync<T>(CredentialOwner owner, CredentialReference? prepared, Func<Task<T>> tell)
    {
        T answer;
        try
        {
            answer = await tell();
        }
        catch (Exception e) when (prepared is not null && (e is ProblemException || (e is RpcException refused && IsRefusal(refused.Code))))
        {
            await SettleAsync(prepared, () => vault.WithdrawAsync(owner, prepared));
            throw;
        }

        if (prepared is not null)
            await SettleAsync(prepared, () => vault.ConfirmAsync(owner, prepared));
        return answer;
    }

    private async Task SettleAsync(CredentialReference prepared, Func<Task> settle)
    {
        try
        {
            await settle();
        }
        catch (Exception e)
        {
            // The workflow has answered, so that is what the caller hears. If it has the token, its first use makes it count; if not, its reference is with nobody.
            LogNotSettled(e, prepared.Name, prepared.Epoch);
        }
    }

    /// <summary>Whether a status says for certain that nothing was done. After the others the token may have arrived.</summary>
    private static bool IsRefusal(RpcStatusCode code) => code is RpcStatusCode.InvalidArgument or RpcStatusCode.NotFound or RpcStatusCode.AlreadyExists or RpcStatusCode.PermissionDenied
        or RpcStatusCode.FailedPrecondition or RpcStatusCode.OutOfRange or RpcStatusCode.Unimplemented or RpcStatusCode.Unauthenticated or RpcStatusCode.ResourceExhausted;

    [LoggerMessage(EventId = 1, EventName = "ApiTokenNotSettled", Level = LogLevel.Error, Message = "Whether the API token of workflow {WorkflowId}, epoch {Epoch}, counts could not be settled after the workflow's answer; its first use shows")]
    private partial void LogNotSettled(Exception error, string workflowId, long epoch);
}
