import { useEffect } from 'react';
import { homeOf, useSession } from '../app/session';
import { forgetMorning } from '../base/morning';
import { CentreHome } from './CentreHome';
import { LeaderHome } from './LeaderHome';
import { OfficerHome } from './OfficerHome';
import { PublicHome } from './PublicHome';

/** The first question of each person: what do I owe, whom do I remind, what needs me. */
export default function Home() {
	const kind = homeOf(useSession().roles);
	useEffect(() => {
		// Another person is at this device now.
		if (kind !== 'leader') forgetMorning();
	}, [kind]);
	if (kind === 'officer') return <OfficerHome />;
	if (kind === 'public') return <PublicHome />;
	if (kind === 'leader') return <LeaderHome />;
	return <CentreHome kind={kind} />;
}
