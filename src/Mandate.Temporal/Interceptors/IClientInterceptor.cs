namespace Mandate.Temporal.Interceptors;

/// <summary>Puts an interceptor into the chain of a client.</summary>
public interface IClientInterceptor
{
    /// <summary>Returns an interceptor in front of <paramref name="nextInterceptor"/>, or that one itself.</summary>
    ClientOutboundInterceptor InterceptClient(ClientOutboundInterceptor nextInterceptor) => nextInterceptor;
}
