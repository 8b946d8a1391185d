namespace Mandate.Credentials.Tests.Wire;

/// <summary>A call as it arrived on the wire.</summary>
/// <param name="Method">The RPC.</param>
/// <param name="Authorization">Its metadata <c>authorization</c>.</param>
/// <param name="Generation">When the worker began it; see <see cref="WorkerCalls"/>.</param>
/// <param name="IsAccepted">Whether it was let in.</param>
internal sealed record ArrivedCall(string Method, string Authorization, string? Generation, bool IsAccepted);
