namespace Mandate.Protocol;

/// <summary>Wraps the next handler, as middleware does.</summary>
public delegate RpcHandler RpcStage(RpcHandler next);
