# Filters the headers for the reference: removes from signatures what only the compiler needs. Keeps line feeds, so that line
# numbers in warnings are right.
s/,(\s*)CallSite where = CallSite::current\(\)/\1/g
s/\(CallSite where = CallSite::current\(\)\)/()/g
s/\(Operand other\)/(const RDD\& other)/
s/friend class [A-Za-z:]+;//g
s/alignas\(detail::driverHandleAlignment\) RDD : public detail::UnavailableOperations<T>/RDD/
s/requires detail::isPair<T>//g
s/requires std::is_arithmetic_v<T>//g
s/requires std::is_reference_v<Value>//g
s/requires\(!std::is_same_v<T, bool>\)//g
s/requires\(detail::isPair<T> && !std::is_convertible_v<F, CallSite>\)//g
s/requires\(!std::is_convertible_v<F, CallSite>\)//g
s/requires\(detail::(hasPlus|hasOrder|isAppendable)<T>\)//g
s/requires\(byStandard \|\| byMembers\)//
s/requires std::integral<std::remove_cvref_t<std::invoke_result_t<const F&, const K&>>>//
s/requires std::invocable<const F&, (const State&, )?Args...>//g
s/detail::KeyOf<T>/Key/g
s/detail::ValueOf<T>/Value/g
s/detail::KeyMadeBy<F, T>/Key/g
s/detail::SourceElement<(std::ranges::range_value_t<Range>|T)>/Element/g
s/detail::(Emitter|PulledRange)<T>/implementation_defined/g
s/detail::Traffic([;:])/implementation_defined\1/g
s/detail::SameKey/implementation_defined/g
s/typename detail::BroadcastForm<T>::Value/implementation_defined/g
s/typename detail::OwnedForm<std::remove_cvref_t<T>>::Type/implementation_defined/g
