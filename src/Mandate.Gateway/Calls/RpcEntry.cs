using Google.Protobuf;
using Mandate.Protocol;

namespace Mandate.Gateway.Calls;

/// <summary>One line of the <see cref="RpcTable"/>.</summary>
/// <param name="Method">The RPC.</param>
/// <param name="Group">What kind of thing it does.</param>
/// <param name="Recording">When the ledger hears of it.</param>
/// <param name="Type">Type of its events, such as <c>execution.start</c>.</param>
/// <param name="Action">What is attempted, in the words of the ledger.</param>
/// <param name="Resource">Kind of thing it is done to.</param>
/// <param name="Read">Reads what a request is about.</param>
internal sealed record RpcEntry(RpcMethod Method, RpcGroup Group, RpcRecording Recording, string Type, string Action, string Resource, Func<IMessage, CallFacts> Read);
